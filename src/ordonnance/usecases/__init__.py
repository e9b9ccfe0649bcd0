"""What can be asked of the téléservice; owns the transaction."""
