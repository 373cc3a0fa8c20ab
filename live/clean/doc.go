// Package clean tells what a file is by its content and takes out what it carries about people, places and devices.
//
// What a machine would run, and what cannot be cleaned, is refused with a word for it. Everything else comes out as
// its format says it may be without: pictures without Exif, XMP, IPTC and comments (the turning of a photograph stays),
// PDF without its information dictionary, XMP, scripts, attachments and earlier revisions, office documents without
// their properties, films and sound without tags, places and times.
//
// The package reads foreign bytes and touches nothing but its reader and writer.
package clean
