"""What public forms have in common: a trap for machines, slips in addresses, zones, numbers."""
