// Package db opens the pool, runs transactions with retry, and turns what PostgreSQL says into lms.Error.
//
// Two ways lead to the database, and both go through one pool and one kind of transaction:
//
//   - bun builds lists whose WHERE is composed. It writes arguments into the SQL text, so each text is
//     new and preparing it would be wasted: the pool's default mode is therefore pgx's "exec", one
//     unnamed statement a query.
//   - Row, Rows and Exec are for the hot paths: the text stays the same, arguments travel beside it, and
//     pgx keeps the prepared statement on the connection.
package db
