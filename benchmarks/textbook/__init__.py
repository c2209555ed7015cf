"""The same work as a competent Django developer would write it first: a row a day, the ORM, and pandas."""
