"""Winners of one drop who signed in from one place: shown to operators, who judge what it means (decision 0036)."""
