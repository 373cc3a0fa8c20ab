package rtc

import "github.com/pion/logging"

// quiet drops what the libraries log: addresses of people are in it, and what matters comes as errors.
type quiet struct{}

// NewLogger makes quiet a factory of loggers too.
func (quiet) NewLogger(string) logging.LeveledLogger { return quiet{} }

// The levels of logging.LeveledLogger.
func (quiet) Trace(string)          {}
func (quiet) Tracef(string, ...any) {}
func (quiet) Debug(string)          {}
func (quiet) Debugf(string, ...any) {}
func (quiet) Info(string)           {}
func (quiet) Infof(string, ...any)  {}
func (quiet) Warn(string)           {}
func (quiet) Warnf(string, ...any)  {}
func (quiet) Error(string)          {}
func (quiet) Errorf(string, ...any) {}
