"""Log-in by OpenID Connect, with the checks of the specification that allauth leaves out."""
