-- A report on several countries that are not all of them names them, sorted; one country or all stay in its own column.
ALTER TABLE reports ADD COLUMN countries text[],
    ADD CHECK (countries IS NULL OR country IS NULL AND cardinality(countries) > 1);
