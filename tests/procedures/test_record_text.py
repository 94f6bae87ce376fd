"""The text of a record is the JSON of its values, whatever way it is written."""

import json

from extractors.national_record import parse_detail
from portals.records import load_records
from procedures.model import from_record, record_text, to_record


def test_the_text_of_every_real_record_is_its_record_as_sorted_json() -> None:
    for received in load_records():
        procedure = parse_detail(received, "https://portal.invalid")
        assert procedure is not None
        text = record_text(procedure)
        assert text == json.dumps(
            to_record(procedure), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        assert record_text(from_record(json.loads(text))) == text
