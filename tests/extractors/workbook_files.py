"""Workbooks that tests write, and what is read of them."""

from datetime import date

import xlsxwriter

HEAD = ["STT", "Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Thời hạn giải quyết"]


def write_xlsx(path, sheets, merges=()):
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(at, column, cell, day)
                    elif cell is not None and cell != "":
                        sheet.write(at, column, cell)
            for top, left, bottom, right in merges if name == next(iter(sheets)) else ():
                value = rows[top][left] if left < len(rows[top]) else ""
                sheet.merge_range(top, left, bottom, right, value)


def only(file):
    [procedure] = file.procedures.values()
    return procedure


def column(book, heading, cell):
    """The one procedure of a list with one more column."""
    return only(book([["Mã TTHC", "Tên TTHC", heading], ["1.000001", "Thành lập hội", cell]]))
