package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
)

// config is the part of Vault's JSON configuration that this program understands. It refuses every other field:
// what a real Vault would obey must not be dropped in silence.
type config struct {
	Listener struct {
		TCP struct {
			Address    string `json:"address"`
			TLSDisable bool   `json:"tls_disable"`
		} `json:"tcp"`
	} `json:"listener"`
	Storage struct {
		File struct {
			Path string `json:"path"`
		} `json:"file"`
	} `json:"storage"`
	DisableMlock bool `json:"disable_mlock"`
}

func readConfig(name string) (config, error) {
	var parsed config
	file, err := os.Open(name)
	if err != nil {
		return parsed, err
	}
	defer file.Close()
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&parsed); err != nil {
		return parsed, fmt.Errorf("%s: %w", name, err)
	}
	if err := parsed.check(); err != nil {
		return parsed, fmt.Errorf("%s: %w", name, err)
	}
	return parsed, nil
}

// check refuses what this program cannot do, and plain text that would leave the machine.
func (c config) check() error {
	host, _, err := net.SplitHostPort(c.Listener.TCP.Address)
	if err != nil {
		return fmt.Errorf("listener.tcp.address: %w", err)
	}
	if address := net.ParseIP(host); address == nil || !address.IsLoopback() {
		return errors.New("listener.tcp.address: without TLS only a loopback address is listened on")
	}
	if !c.Listener.TCP.TLSDisable {
		return errors.New("listener.tcp.tls_disable: must be true, this build has no TLS")
	}
	if c.Storage.File.Path == "" {
		return errors.New("storage.file.path: missing, this build has no other storage")
	}
	if !c.DisableMlock {
		return errors.New("disable_mlock: must be true, this build does not lock its memory")
	}
	return nil
}
