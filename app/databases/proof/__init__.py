"""What every kind of database proves in the same way: which originals mean something, how they are met, what that says.

An adapter chooses originals and reads the copy; the rules are here, and share nothing with the masks but the question
what a mask could write by itself.
"""
