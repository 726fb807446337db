"""What a salon asks for when somebody cancels."""
