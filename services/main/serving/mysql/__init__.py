"""Django's MySQL backend with a cheaper and quicker question whether an idle connection is still good."""
