"""What goes back: whole or in part, by the policy that was agreed, one after the other, and settled by asking."""
