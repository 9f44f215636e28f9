package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

const (
	composeFile = "docker-compose.yml"
	portal      = "portal"
)

// checkCompose reads the compose file as Compose does, with and without its
// profiles, and holds every service to the rules; it counts them.
func checkCompose(ctx context.Context, repository string, image *stage) (services int, err error) {
	tell("compose file")
	if len(image.volumes) != 1 {
		return 0, fmt.Errorf("the image has the volumes %v, one expected", image.volumes)
	}
	for _, variant := range []struct {
		profiles, want []string
	}{
		{nil, []string{portal}},
		{[]string{"mail"}, []string{"mail", portal}},
		{[]string{"mongodb", "mail"}, []string{"mail", "mongo", portal}},
	} {
		project, err := load(ctx, repository, variant.profiles)
		if err != nil {
			return 0, err
		}
		names := project.ServiceNames()
		slices.Sort(names)
		if !slices.Equal(names, variant.want) {
			return 0, fmt.Errorf("%s with profiles %v: services %v, want %v", composeFile, variant.profiles, names, variant.want)
		}
		for _, s := range project.Services {
			if err := checkService(project, s, image); err != nil {
				return 0, fmt.Errorf("%s: service %s: %w", composeFile, s.Name, err)
			}
		}
		services = len(names)
	}
	return services, nil
}

// load takes no setting of this machine: what is checked is what a clone gives.
func load(ctx context.Context, repository string, profiles []string) (*types.Project, error) {
	paths := []string{filepath.Join(repository, composeFile)}
	options, err := cli.NewProjectOptions(paths, cli.WithWorkingDirectory(repository), cli.WithName("sourcier"), cli.WithProfiles(profiles), cli.WithResolvedPaths(true))
	if err != nil {
		return nil, err
	}
	return options.LoadProject(ctx)
}

// checkService holds a service to what it may do and reach.
func checkService(p *types.Project, s types.ServiceConfig, image *stage) error {
	_, tag, _ := strings.Cut(s.Image, ":")
	return errors.Join(
		must(s.ReadOnly && !s.Privileged && len(s.CapAdd) == 0, "read_only, without privilege or added capability"),
		must(slices.Equal(s.CapDrop, []string{"ALL"}), "cap_drop: [ALL]"),
		must(slices.Contains(s.SecurityOpt, "no-new-privileges:true"), "no-new-privileges"),
		must(s.MemLimit > 0 && s.CPUS > 0 && s.PidsLimit > 0, "mem_limit, cpus and pids_limit"),
		must(len(s.Tmpfs) > 0, "a tmpfs"),
		must(s.Build != nil || s.User != "" && !strings.HasPrefix(s.User, "0") && s.User != "root", "a user other than root"),
		must(tag != "" && tag != "latest", "a tag for the image %s", s.Image),
		checkSecrets(p, s), checkPorts(s), checkVolumes(s, image))
}

func must(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf("must have "+format, args...)
}

// checkPorts lets the portal alone be reached, and what is asked for by name,
// both from this machine.
func checkPorts(s types.ServiceConfig) (err error) {
	for _, port := range s.Ports {
		err = errors.Join(err, must(port.HostIP == "127.0.0.1" && (s.Name == portal || len(s.Profiles) > 0), "no port %d on %s", port.Target, port.HostIP))
	}
	return err
}

// checkSecrets keeps what is secret in files of ./secrets.
func checkSecrets(p *types.Project, s types.ServiceConfig) (err error) {
	for name, value := range s.Environment {
		address := value != nil && strings.Contains(*value, "://") && strings.Contains(*value, "@")
		word := strings.Contains(name, "PASSWORD") || strings.Contains(name, "SECRET")
		err = errors.Join(err, must(!address && (!word || strings.HasSuffix(name, "_FILE")), "%s in a secret", name))
	}
	for _, secret := range s.Secrets {
		file := p.Secrets[secret.Source].File
		err = errors.Join(err, must(filepath.Base(filepath.Dir(file)) == "secrets", "the secret %s in ./secrets", secret.Source))
	}
	return err
}

// checkVolumes looks for the files of the repository that a service is given,
// and for the volume of the portal.
func checkVolumes(s types.ServiceConfig, image *stage) (err error) {
	for _, volume := range s.Volumes {
		if volume.Type == types.VolumeTypeBind && filepath.Ext(volume.Source) != "" {
			_, missing := os.Stat(volume.Source)
			err = errors.Join(err, missing)
		}
	}
	holds := slices.ContainsFunc(s.Volumes, func(v types.ServiceVolumeConfig) bool {
		return v.Type == types.VolumeTypeVolume && v.Target == image.volumes[0]
	})
	return errors.Join(err, must(s.Name != portal || holds, "a volume at %s", image.volumes[0]))
}
