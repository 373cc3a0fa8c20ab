-- Which seat of its room an item is of: a guest who is matched to an account after the event wrote under a name alone, and
-- what they wrote goes with the account. Of an anonymous question there is none.
ALTER TABLE webinar_items ADD COLUMN seat text NOT NULL DEFAULT '';
