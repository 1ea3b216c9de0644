using System.CommandLine;
using System.Net;
using Crescent.NodeAgent.Registration;
using Crescent.Security;
using Crescent.WindowsServices;

namespace Crescent.NodeAgent.Hosting;

/// <summary>The command line of crescent-agent.</summary>
internal static class AgentCommands
{
    private static readonly Option<string> Name = new("--name")
    {
        Description = "Name of the Node object (default: the host name)",
        DefaultValueFactory = _ => System.Net.Dns.GetHostName().ToLowerInvariant().Replace('_', '-'),
        Recursive = true,
    };

    private static readonly Option<string?> Docker = new("--docker")
    {
        Description = "Docker engine, e.g. unix:///var/run/docker.sock or tcp://127.0.0.1:2375 (default: DOCKER_HOST, else the local one)",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("DOCKER_HOST"),
        Recursive = true,
    };

    public static RootCommand Create()
    {
        var root = new RootCommand("Crescent node agent") { Name, Docker };
        root.Subcommands.Add(CreateMember("run", "Joins the cluster when need be and runs the node", AgentApplication.RunAsync));
        root.Subcommands.Add(CreateMember("join", "Joins the cluster and stops", AgentApplication.JoinAsync));
        root.Subcommands.Add(CreateCleanup());
        root.Subcommands.Add(ServiceCommand.Create("Crescent node agent", CreateHome()));
        return root;
    }

    private static Command CreateMember(string verb, string description, Func<AgentOptions, CancellationToken, Task<int>> action)
    {
        var home = CreateHome();
        var server = new Option<string>("--server")
        {
            Description = "The cluster's API, e.g. https://10.0.0.1:6443",
            DefaultValueFactory = _ => "https://127.0.0.1:6443",
        };
        server.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValueOrDefault<string>(), UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps)
            {
                result.AddError("--server is an https URL");
            }
        });
        var caFile = new Option<string?>("--ca-file") { Description = "The cluster's authority, PEM; needed to join" };
        var caHash = new Option<string?>("--ca-hash") { Description = "sha256:HEX of the authority's certificate, instead of --ca-file" };
        var tokenFile = new Option<string?>("--token-file") { Description = "File with the bootstrap token; needed to join" };
        var port = new Option<int>("--port") { Description = "HTTPS port of the agent", DefaultValueFactory = _ => 10250 };
        var address = new Option<string?>("--node-ip") { Description = "The node's InternalIP (default: the address towards the cluster)" };
        var labels = new Option<string[]>("--label") { Description = "key=value to register with; may be repeated" };
        var taints = new Option<string[]>("--taint") { Description = "key[=value]:Effect to register with; may be repeated" };
        var tls = new Option<TlsKind>("--tls")
        {
            Description = "system: the operating system's TLS and keys; managed: the agent's own, for Windows systems whose Schannel lacks what is needed",
            DefaultValueFactory = _ => TlsKind.System,
        };
        var command = new Command(verb, description) { home, server, caFile, caHash, tokenFile, port, address, labels, taints, tls };
        command.SetAction(async (result, cancellationToken) =>
        {
            try
            {
                return await action(
                    new()
                    {
                        Home = Path.GetFullPath(result.GetValue(home)!),
                        NodeName = result.GetValue(Name)!,
                        Server = new(result.GetValue(server)!),
                        CaFile = result.GetValue(caFile),
                        CaHash = result.GetValue(caHash),
                        TokenFile = result.GetValue(tokenFile),
                        Port = result.GetValue(port),
                        Address = result.GetValue(address),
                        Labels = result.GetValue(labels) ?? [],
                        Taints = result.GetValue(taints) ?? [],
                        Tls = result.GetValue(tls),
                        DockerEndpoint = Endpoint(result.GetValue(Docker)),
                    },
                    cancellationToken);
            }
            catch (JoinRefusedException exception)
            {
                await Console.Error.WriteLineAsync($"crescent-agent: {exception.Message}");
                return 1;
            }
        });
        return command;
    }

    private static Option<string> CreateHome() => new("--home")
    {
        Description = "Directory for keys and volumes (environment CRESCENT_AGENT_HOME)",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("CRESCENT_AGENT_HOME") ?? DefaultHome(),
    };

    private static Command CreateCleanup()
    {
        var cleanup = new Command("cleanup", "Removes the node's containers, networks and rules from this machine");
        cleanup.SetAction((result, cancellationToken) =>
            AgentApplication.CleanUpAsync(result.GetValue(Name)!, Endpoint(result.GetValue(Docker)), cancellationToken));
        return cleanup;
    }

    private static Uri? Endpoint(string? text) => string.IsNullOrEmpty(text) ? null : new(text);

    private static string DefaultHome() => OperatingSystem.IsWindows()
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "Crescent", "agent")
        : "/var/lib/crescent-agent";
}
