"""Pictures that people send: their files, and the forms that take them."""
