"""Choosing among designs: days by city, partners' shares, incentives and deal terms, for the best figure under requirements."""
