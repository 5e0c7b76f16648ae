"""What may be asked of membership. Where a rule needs a fact from elsewhere, it stands beside."""
