package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"net/netip"
	"os"

	"mostik/media/mediatest"
)

// lineCommand is a bad line on loopback, for browsers in tests: datagrams go by the first address that it prints to
// the media port, streams by the second to the pages. Each line of its input sets how the line behaves from then on, as
// {"down":{"loss":0.05,"delay":30000000,"rate":60000,"queue":300000000},"up":{…}}, times in nanoseconds.
const lineCommand = "line"

func runLine(args []string) error {
	flags := flag.NewFlagSet("mostik-bench line", flag.ExitOnError)
	media := flags.String("media", "127.0.0.1:8189", "the server's media port")
	pages := flags.String("pages", "127.0.0.1:8080", "the server's pages")
	_ = flags.Parse(args) // ends the program itself
	to, err := netip.ParseAddrPort(*media)
	if err != nil {
		return fmt.Errorf("reading the media port: %w", err)
	}
	l, err := mediatest.Open(to)
	if err != nil {
		return err
	}
	defer l.Close()
	streams, err := l.Streams(*pages)
	if err != nil {
		return err
	}
	fmt.Println(l.Address(), streams)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var w struct{ Down, Up mediatest.Weather }
		if err := json.Unmarshal(lines.Bytes(), &w); err != nil {
			return fmt.Errorf("reading a weather: %w", err)
		}
		l.Set(w.Down, w.Up)
		down, up := l.Lost()
		fmt.Println("lost", down, up)
	}
	return lines.Err()
}
