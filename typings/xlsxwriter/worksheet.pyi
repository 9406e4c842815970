import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any, Literal

from xlsxwriter.format import Format

# Rows and columns count from zero. Most methods return 0, or a negative number when out of bounds.
class Worksheet:
    name: str
    def get_name(self) -> str: ...
    def write(self, row: int, col: int, *args: Any) -> int: ...
    def write_string(
        self, row: int, col: int, string: str, cell_format: Format | None = None
    ) -> Literal[0, -1, -2]: ...
    def write_number(
        self,
        row: int,
        col: int,
        number: float | Decimal | Fraction,
        cell_format: Format | None = None,
    ) -> Literal[0, -1]: ...
    def write_blank(
        self, row: int, col: int, blank: Any, cell_format: Format | None = None
    ) -> Literal[0, -1]: ...
    def write_boolean(
        self, row: int, col: int, boolean: bool, cell_format: Format | None = None
    ) -> Literal[0, -1]: ...
    def write_datetime(
        self,
        row: int,
        col: int,
        date: datetime.date | datetime.time | datetime.timedelta,
        cell_format: Format | None = None,
    ) -> Literal[0, -1]: ...
    def write_formula(
        self,
        row: int,
        col: int,
        formula: str,
        cell_format: Format | None = None,
        value: float | str | bool = 0,
    ) -> Literal[0, -1, -2]: ...
    def write_url(
        self,
        row: int,
        col: int,
        url: str,
        cell_format: Format | None = None,
        string: str | None = None,
        tip: str | None = None,
    ) -> int: ...
    def write_row(
        self, row: int, col: int, data: Iterable[Any], cell_format: Format | None = None
    ) -> int: ...
    def write_column(
        self, row: int, col: int, data: Iterable[Any], cell_format: Format | None = None
    ) -> int: ...
    def write_comment(
        self, row: int, col: int, comment: str, options: Mapping[str, Any] | None = None
    ) -> Literal[0, -1, -2]: ...
    def merge_range(
        self,
        first_row: int,
        first_col: int,
        last_row: int,
        last_col: int,
        data: Any,
        cell_format: Format | None = None,
    ) -> int: ...
    def set_column(
        self,
        first_col: int,
        last_col: int,
        width: float | None = None,
        cell_format: Format | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Literal[0, -1]: ...
    def set_column_pixels(
        self,
        first_col: int,
        last_col: int,
        width: float | None = None,
        cell_format: Format | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Literal[0, -1]: ...
    def set_row(
        self,
        row: int,
        height: float | None = None,
        cell_format: Format | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Literal[0, -1]: ...
    def freeze_panes(
        self,
        row: int,
        col: int,
        top_row: int | None = None,
        left_col: int | None = None,
        pane_type: int = 0,
    ) -> None: ...
    def autofilter(self, first_row: int, first_col: int, last_row: int, last_col: int) -> None: ...
    def data_validation(
        self,
        first_row: int,
        first_col: int,
        last_row: int,
        last_col: int,
        options: Mapping[str, Any] | None = None,
    ) -> Literal[0, -1, -2]: ...
    def conditional_format(
        self,
        first_row: int,
        first_col: int,
        last_row: int,
        last_col: int,
        options: Mapping[str, Any] | None = None,
    ) -> Literal[0, -1, -2]: ...
    def insert_image(
        self, row: int, col: int, source: str | BytesIO, options: Mapping[str, Any] | None = None
    ) -> Literal[0, -1]: ...
    def protect(self, password: str = "", options: Mapping[str, Any] | None = None) -> None: ...
    def activate(self) -> None: ...
    def hide(self) -> None: ...
    def very_hidden(self) -> None: ...
    def set_landscape(self) -> None: ...
    def set_portrait(self) -> None: ...
    def set_paper(self, paper_size: int) -> None: ...
    def fit_to_pages(self, width: int, height: int) -> None: ...
    def repeat_rows(self, first_row: int, last_row: int | None = None) -> None: ...
