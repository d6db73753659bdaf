"""What a new shop starts with: intents with examples, rules, strategies and hours."""
