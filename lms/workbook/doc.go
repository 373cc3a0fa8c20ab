// Package workbook writes a table of texts as a workbook of one sheet (XLSX: Office Open XML, ECMA-376, part 1), row by
// row and straight into the zip that is sent: what is in memory does not hang on how many rows there are. It knows
// nothing but texts, a bold head that stays in sight, and the widths of columns; other workbooks are made with excelize.
package workbook
