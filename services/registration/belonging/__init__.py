"""Units, who stands for them, their sites, and who belongs to which (R14-R16, R20)."""
