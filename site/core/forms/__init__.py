"""What public forms have in common: a honeypot for machines, typos in addresses, zones, numbers."""
