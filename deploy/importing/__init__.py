"""Loads into membership what cooperatives keep on paper or in Excel, through its public door."""
