package main

import (
	"context"

	"sourcier/internal/app"
)

const retentionAbout = `Applique les durées de conservation, comme le portail en service le fait chaque jour :
comptes qui ne servent plus, courriels, journal, connexions et invitations expirées.
Les durées sont les réglages SOURCIER_KEEP_… (voir « sourcier serve --help »).
`

func retention(ctx context.Context, e env, args []string) error {
	options := flags(e, "retention", "", retentionAbout)
	dry := options.Bool("dry-run", false, "compte ce qui serait fait, sans rien changer")
	if err := noArguments(options, args); err != nil {
		return err
	}
	return do(ctx, e, "retention", app.RetentionArgs{DryRun: *dry})
}
