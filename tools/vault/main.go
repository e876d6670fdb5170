// Command vault is HashiCorp Vault's core with only the engines that Airlock uses, for one machine.
//
// Usage: vault server -config=FILE, and vault version, as the real one has them, so that a HashiCorp Vault can stand
// in its place. FILE is Vault's JSON configuration with a tcp listener on loopback and file storage (config.go). It
// starts sealed and uninitialised; init, unseal and all set-up go through its ordinary API.
package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	kubernetesauth "github.com/hashicorp/vault-plugin-auth-kubernetes"
	kubernetes "github.com/hashicorp/vault-plugin-secrets-kubernetes"
	"github.com/hashicorp/vault/audit"
	"github.com/hashicorp/vault/builtin/credential/approle"
	"github.com/hashicorp/vault/builtin/logical/transit"
	vaulthttp "github.com/hashicorp/vault/http"
	"github.com/hashicorp/vault/internalshared/configutil"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/hashicorp/vault/sdk/physical/file"
	"github.com/hashicorp/vault/vault"
)

var (
	secretEngines = map[string]logical.Factory{"kubernetes": kubernetes.Factory, "transit": transit.Factory}
	authMethods   = map[string]logical.Factory{"kubernetes": kubernetesauth.Factory, "approle": approle.Factory}
)

const usage = "usage: vault server -config=FILE | vault version"

// version is that of the Vault module in go.mod.
const version = "v1.21.1"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "vault:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 1 && args[0] == "version" {
		fmt.Println("Vault", version)
		return nil
	}
	if len(args) != 2 || args[0] != "server" {
		return errors.New(usage)
	}
	file, found := strings.CutPrefix(args[1], "-config=")
	if !found {
		return errors.New(usage)
	}
	settings, err := readConfig(file)
	if err != nil {
		return err
	}
	return serve(settings)
}

func serve(settings config) error {
	address, folder := settings.Listener.TCP.Address, settings.Storage.File.Path
	logger := hclog.New(&hclog.LoggerOptions{Level: hclog.Warn, Output: os.Stderr})
	storage, err := file.NewFileBackend(map[string]string{"path": folder}, logger)
	if err != nil {
		return err
	}
	core, err := vault.NewCore(&vault.CoreConfig{
		Physical: storage, StorageType: "file",
		LogicalBackends: secretEngines, CredentialBackends: authMethods, BuiltinRegistry: builtins{},
		AuditBackends: map[string]audit.Factory{"file": audit.NewFileBackend},
		DisableMlock:  settings.DisableMlock, // tokens are short-lived; swap is the machine owner's business
		Logger:        logger,
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	properties := &vault.HandlerProperties{
		Core: core, ListenerConfig: &configutil.Listener{Address: address, TLSDisable: true},
	}
	server := &http.Server{Handler: vaulthttp.Handler.Handler(properties), ReadHeaderTimeout: 10 * time.Second}
	return server.Serve(listener)
}
