"""By hand: one person is added or corrected without a workbook, with the checks of a roster."""
