"""Registration: the campaign, its units, who lives in them and what they answered."""
