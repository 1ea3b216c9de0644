namespace Crescent.NodeAgent.Runtimes.Docker;

/// <summary>Where the engine listens.</summary>
internal static class DockerEndpoint
{
    public static Uri Find(string configured)
    {
        var text = configured is { Length: > 0 } ? configured : Environment.GetEnvironmentVariable("DOCKER_HOST");
        if (string.IsNullOrEmpty(text))
        {
            text = OperatingSystem.IsWindows() ? "npipe://./pipe/docker_engine" : "unix:///var/run/docker.sock";
        }

        return new Uri(text);
    }
}
