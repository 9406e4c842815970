"""Sessions: days on which the site vaccinates, their slots, and the places left in them."""
