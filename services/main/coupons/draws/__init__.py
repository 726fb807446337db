"""A lottery's draw: its seed, who takes part, and the order anybody can work out again."""
