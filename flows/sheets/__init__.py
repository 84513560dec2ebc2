"""The sheets that leave the office, from the latest run's audit and what was sealed."""

from flows.sheets.gathering import Gathered, Wanted, gathered
from flows.sheets.making import UnitMade, made_sheets

__all__ = ["Gathered", "UnitMade", "Wanted", "gathered", "made_sheets"]
