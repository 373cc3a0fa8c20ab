-- The countries that the interface has names for. A site that needs another adds its row and its names.
INSERT INTO countries (code) VALUES
    ('KZ'), ('RU'), ('TJ'), ('SK'), ('CZ'), ('KG'), ('UZ'), ('TM'), ('AZ'), ('AM'), ('GE'), ('BY'), ('UA'), ('MD'),
    ('PL'), ('AT'), ('HU'), ('DE'), ('TR'), ('AF'), ('CN')
ON CONFLICT DO NOTHING;
