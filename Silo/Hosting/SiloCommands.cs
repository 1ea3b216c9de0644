using System.CommandLine;
using Crescent.ManagedTls;
using Crescent.Security;
using Crescent.SiloHost.Certificates;
using Crescent.SiloHost.Operating;
using Crescent.WindowsServices;

namespace Crescent.SiloHost.Hosting;

/// <summary>The command line of crescent-silo.</summary>
internal static class SiloCommands
{
    private static readonly Option<string> Home = new("--home")
    {
        Description = "Directory for data, certificates and the kubeconfig (environment CRESCENT_HOME)",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("CRESCENT_HOME") ?? ".crescent",
        Recursive = true,
    };

    private static readonly Option<int> Port = new("--port")
    {
        Description = "HTTPS port of the API",
        DefaultValueFactory = _ => 6443,
        Recursive = true,
    };

    private static readonly Option<TlsKind> Tls = new("--tls")
    {
        Description = "system: the operating system's TLS and keys; managed: the program's own, for Windows systems whose Schannel lacks what is needed",
        DefaultValueFactory = _ => TlsKind.System,
        Recursive = true,
    };

    public static RootCommand Create()
    {
        var root = new RootCommand("Crescent control plane") { Home, Port, Tls };
        root.Subcommands.Add(CreateRun());
        root.Subcommands.Add(CreateWait());
        root.Subcommands.Add(CreateStatus());
        root.Subcommands.Add(ServiceCommand.Create("Crescent control plane", Home));
        root.Subcommands.Add(CreateAuthority());
        return root;
    }

    private static Command CreateAuthority() => new("authority", "Replaces the cluster's certificate authority, step by step: add, switch, drop")
    {
        Step("add", "Makes a new one that is trusted beside the present one", static pki => AuthorityRotation.Add(pki, new(), TimeProvider.System)),
        Step("switch", "Signs with the new one; the old one stays trusted", AuthorityRotation.Switch),
        Step("drop", "Ends the trust in the old one", AuthorityRotation.Drop),
    };

    private static Command Step(string name, string description, Func<string, string?> step)
    {
        var command = new Command(name, description);
        command.SetAction(result =>
        {
            ProcessKeys.Select(result.GetValue(Tls));
            if (ClusterSecrets.Rotate(Path.GetFullPath(result.GetValue(Home)!), step, TimeProvider.System) is { } problem)
            {
                Console.Error.WriteLine($"crescent-silo: {problem}");
                return 1;
            }

            Console.WriteLine("Done. Silos and agents follow within five minutes; wait for that before the next step.");
            return 0;
        });
        return command;
    }

    private static Command CreateRun()
    {
        var name = new Option<string>("--name") { Description = "Name of this silo", DefaultValueFactory = _ => "silo-1" };
        var store = new Option<string>("--store") { Description = "sqlite or postgres", DefaultValueFactory = _ => "sqlite" };
        store.AcceptOnlyFromAmong("sqlite", "postgres");
        var connection = new Option<string?>("--connection")
        {
            Description = "Npgsql connection string; better in the environment variable CRESCENT_CONNECTION, where ps does not show it",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("CRESCENT_CONNECTION"),
        };
        var sharePort = new Option<bool>("--share-port") { Description = "Let other silos of this machine listen on the API port as well" };
        var siloPort = new Option<int>("--silo-port") { Description = "Port for other silos", DefaultValueFactory = _ => 11111 };
        var gatewayPort = new Option<int>("--gateway-port") { Description = "Port for node agents", DefaultValueFactory = _ => 21111 };
        var advertise = new Option<string?>("--advertise")
        {
            Description = "Address other silos and agents reach this one at (default: the machine's address towards the default route)",
        };
        var extraNames = new Option<string[]>("--api-name")
        {
            Description = "Further DNS name or address of the API's certificate; may be repeated",
        };
        var podCidr = new Option<string>("--pod-cidr") { Description = "Addresses of pods", DefaultValueFactory = _ => "10.244.0.0/16" };
        var serviceCidr = new Option<string>("--service-cidr")
        {
            Description = "Addresses of services",
            DefaultValueFactory = _ => "10.96.0.0/16",
        };
        var run = new Command("run", "Runs a silo in the foreground")
        {
            name, store, connection, sharePort, siloPort, gatewayPort, advertise, extraNames, podCidr, serviceCidr,
        };
        run.SetAction((result, cancellationToken) =>
        {
            if (result.GetValue(store) == "postgres" && string.IsNullOrWhiteSpace(result.GetValue(connection)))
            {
                Console.Error.WriteLine("crescent-silo: --store postgres needs --connection or CRESCENT_CONNECTION");
                return Task.FromResult(2);
            }

            return SiloApplication.RunAsync(
                new()
                {
                    Home = Path.GetFullPath(result.GetValue(Home)!),
                    Port = result.GetValue(Port),
                    Name = result.GetValue(name)!,
                    Store = result.GetValue(store)!,
                    Connection = result.GetValue(connection),
                    SharePort = result.GetValue(sharePort),
                    SiloPort = result.GetValue(siloPort),
                    GatewayPort = result.GetValue(gatewayPort),
                    Tls = result.GetValue(Tls),
                    AdvertiseAddress = result.GetValue(advertise),
                    ApiNames = [.. result.GetValue(extraNames) ?? []],
                    PodCidr = result.GetValue(podCidr)!,
                    ServiceCidr = result.GetValue(serviceCidr)!,
                },
                cancellationToken);
        });
        return run;
    }

    private static Command CreateWait()
    {
        var timeout = new Option<int>("--timeout") { Description = "Seconds to wait", DefaultValueFactory = _ => 60 };
        var pid = new Option<int?>("--pid") { Description = "Give up when this process ends" };
        var nodes = new Option<string?>("--nodes") { Description = "Wait for these nodes (comma-separated) to be Ready, not just for the API" };
        var wait = new Command("wait", "Waits until the API is ready, or nodes are") { timeout, pid, nodes };
        wait.SetAction((result, cancellationToken) => ClusterWait.RunAsync(
            Path.GetFullPath(result.GetValue(Home)!),
            result.GetValue(Tls),
            TimeSpan.FromSeconds(result.GetValue(timeout)),
            result.GetValue(pid),
            result.GetValue(nodes)?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [],
            cancellationToken));
        return wait;
    }

    private static Command CreateStatus()
    {
        var status = new Command("status", "Shows the API, the nodes and the dashboard's sign-in link");
        status.SetAction((result, cancellationToken) =>
            ClusterStatus.RunAsync(Path.GetFullPath(result.GetValue(Home)!), result.GetValue(Tls), cancellationToken));
        return status;
    }
}
