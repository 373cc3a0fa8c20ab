// Package postgres runs a PostgreSQL cluster of our own for an organisation that has none: it finds an
// installed server, makes the cluster once, starts it, restarts it when it dies, stops it, and takes it
// back after a kill -9 of either side.
//
// The folder handed to it looks like this:
//
//	postgres/            0700, owned by the user the server runs as
//	├── data/            the cluster (PGDATA)
//	├── run/             the Unix socket; nothing listens on TCP
//	├── lock             held (flock) by the one process that runs the server
//	├── password         0600, random, made with the cluster
//	└── server.log       what PostgreSQL says; server.log.1 is the one before
//
// # Who may connect
//
// Only who can enter run/ and knows the password (SCRAM). No port is opened, so none can be taken.
//
// # Running as root
//
// PostgreSQL refuses to run as root, so it is started as an unprivileged user (the cluster's owner, else
// "postgres", else "nobody"). Such a user cannot walk into a data folder below a home of mode 0700, and
// loosening the home of an administrator is not ours to do. The server is therefore handed the open
// folder as file descriptor 3 and told that its data lies in /proc/self/fd/3: the kernel checks the folder
// itself and not the way to it. PostgreSQL enters it once and uses relative paths from there; the socket
// folder is "../run". Mostik connects through such a descriptor too when the path is longer than a
// socket's address may be (107 bytes).
//
// # Dying
//
// PR_SET_PDEATHSIG asks the kernel to send the server a fast shutdown when the thread that started it
// ends, so a kill -9 of Mostik ends the server cleanly. The thread is held for the server's whole life,
// because Go would otherwise be free to end it. Should a server have outlived its Mostik all the same, it
// is found by its working folder, never by a pid file alone, and ended before a new one is started.
package postgres
