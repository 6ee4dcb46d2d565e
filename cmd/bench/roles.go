package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// runRole is the other end of a measurement. It prints its address on the first
// line and serves until it is killed.
func runRole(role string, args []string) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	switch role {
	case "fiber":
		return bareFiber(ln)
	case "target":
		return target(ln, args)
	case "reverseproxy":
		return reverseProxy(ln, args)
	case "feed":
		return feedRole(ln, args)
	}
	return fmt.Errorf("no role %q", role)
}

func announce(ln net.Listener) { fmt.Println(ln.Addr()) }

// bareFiber answers 200 and stores nothing: what Fiber alone can do here.
func bareFiber(ln net.Listener) error {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Post("/*", func(c *fiber.Ctx) error { return c.SendString(`{"ok":true}`) })
	announce(ln)
	return app.Listener(ln)
}

// target is an app that answers 200 after a delay.
func target(ln net.Listener, args []string) error {
	delay, err := time.ParseDuration(args[0])
	if err != nil {
		return err
	}
	announce(ln)
	return fasthttp.Serve(ln, func(ctx *fasthttp.RequestCtx) {
		if delay > 0 {
			time.Sleep(delay)
		}
		ctx.SetBodyString(`{"ok":true}`)
	})
}

// reverseProxy is Go's own proxy, which records nothing.
func reverseProxy(ln net.Listener, args []string) error {
	to, err := url.Parse("http://" + args[0])
	if err != nil {
		return err
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	if len(args) > 1 && args[1] == "pooled" {
		// By default it keeps two idle connections to a target and dials for most
		// requests beyond that.
		proxy.Transport = &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256, IdleConnTimeout: time.Minute}
	}
	announce(ln)
	server := &http.Server{Handler: proxy, ReadHeaderTimeout: 10 * time.Second}
	return server.Serve(ln)
}
