-- Sums of change_count that leave out one part of its key each. PostgreSQL keeps them in tables, SQL Server adds them up
-- when asked, which a trail with very many users a day may find slow over a year: these views can be indexed there
-- (WITH SCHEMABINDING, COUNT_BIG(*) and a unique clustered index on the columns grouped by).
CREATE VIEW change_count_by_type AS
SELECT day, entity_type, operation, kafka_partition, SUM(changes) AS changes
FROM change_count
GROUP BY day, entity_type, operation, kafka_partition;
GO

CREATE VIEW change_count_by_user AS
SELECT day, changed_by, kafka_partition, SUM(changes) AS changes
FROM change_count
GROUP BY day, changed_by, kafka_partition;
