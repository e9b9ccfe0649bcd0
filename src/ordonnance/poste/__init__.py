"""What runs beside a vendor's software, and speaks to the téléservice over HTTP."""
