"""Fees and charges in đồng; what cannot be told apart stays a text."""

from __future__ import annotations

import pytest

from procedures.values.fees import Fee, fee_from_portal, format_fee, parse_fees


@pytest.mark.parametrize(
    ("text", "kind", "amount"),
    [
        ("Không", None, 0),
        ("Miễn phí", None, 0),
        ("Phí: Không", "charge", 0),
        ("10.000 đồng", None, 10_000),
        ("10,000đ", None, 10_000),
        ("1.000.000 VNĐ", None, 1_000_000),
        ("Lệ phí: 150.000 đồng/lần", "fee", 150_000),
        ("50000", None, 50_000),
        ("Lệ phí 150.000 đồng", "fee", 150_000),
        ("Phí thẩm định: 200.000 đồng", "charge", 200_000),
        ("Phí, lệ phí: Không", None, 0),
        ("Không phải nộp lệ phí", None, 0),
        ("100.000 đồng (Một trăm nghìn đồng)", None, 100_000),
        ("70,000 VNĐ(70.000 đồng/Giấy chứng nhận)", None, 70_000),
        ("80,000 Việt Nam Đồng(/hồ sơ (Thông tư số 61/2023/TT-BTC))", None, 80_000),
        ("Không có thông tin", None, None),
        ("200.000 - 300.000 đồng", None, None),
        ("10 000 đồng", None, None),
        ("10.000,50 đồng", None, None),
        ("-10.000 đồng", None, None),
        ("10.000 đồng; 20.000 đồng", None, None),
        ("10.000 đồng (giảm 50% khi nộp trực tuyến)", None, None),
        ("Miễn phí đối với hộ nghèo, 20.000 đồng", None, None),
        ("800.000 đồng/hồ sơ (áp dụng mức phí 400.000 đồng/hồ sơ đến hết 31/12/2026)", None, None),
        ("1,700,000 VNĐ(Sát hạch thực hành, Phí: 600,000 (Sát hạch lý thuyết)", None, None),
        ("Theo Thông tư 10/2024/TT-BTC", None, None),
        ("200.000 đồng hoặc 300.000 đồng", None, None),
        ("Không quy định", None, None),
        ("5,5 triệu đồng", None, None),
    ],
)
def test_what_a_cell_says_of_a_fee(text: str, kind: str | None, amount: int | None) -> None:
    (fee,) = parse_fees(text)
    assert (fee.way, fee.type, fee.amount) == (None, kind, amount)
    assert fee.text == text


def test_each_way_of_submission_has_its_own_fee() -> None:
    fees = parse_fees("Trực tuyến: 50.000 đồng; Trực tiếp: 100.000 đồng")
    assert [(fee.way, fee.amount) for fee in fees] == [("online", 50_000), ("direct", 100_000)]


def test_phi_and_le_phi_are_two() -> None:
    fees = parse_fees("Phí: 10.000 đồng, lệ phí: 5.000 đồng")
    assert [(fee.type, fee.amount) for fee in fees] == [("charge", 10_000), ("fee", 5_000)]


@pytest.mark.parametrize(
    ("told", "kind"), [("FEE", "fee"), ("SERVICE_FEE", "charge"), ("PRICE_LEVEL", "price"), ("X", None)]
)
def test_the_portal_s_kinds_of_fees(told: str, kind: str | None) -> None:
    assert fee_from_portal(told, 0, "direct") == Fee("direct", kind, 0, None)


def test_a_fee_in_words() -> None:
    assert format_fee(Fee(amount=0)) == "Không"
    assert format_fee(Fee(amount=1_250_000)) == "1.250.000 đồng"
    assert format_fee(Fee(text="theo thông tư")) == "theo thông tư"


def test_a_fee_survives_json() -> None:
    fee = Fee("online", "charge", 10_000, "10.000 đồng")
    assert Fee.from_json(fee.to_json()) == fee


@pytest.mark.parametrize("text", ["9" * 5000, "9" * 5000 + " đồng", "1" + ".000" * 2000 + " đồng"])
def test_more_digits_than_money_can_have_are_no_sum(text: str) -> None:
    (fee,) = parse_fees(text)
    assert (fee.amount, fee.text) == (None, text)
