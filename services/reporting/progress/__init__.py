"""Progress: doses, answers and plans counted, against the campaign's targets and daily floors."""
