namespace Crescent.NodeAgent.Runtimes.Docker;

/// <summary>The Docker engine this node runs its pods on.</summary>
internal sealed class DockerOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Docker";

    /// <summary>
    /// Engine address: <c>unix:///var/run/docker.sock</c>, <c>npipe://./pipe/docker_engine</c> or <c>tcp://host:port</c>. Default: what
    /// DOCKER_HOST says, else the usual place of the operating system.
    /// </summary>
    public string Endpoint { get; set; } = "";

    /// <summary>
    /// True (default on Linux) when a path means the same to the agent and to the engine, so that volumes are bind mounts. False (default
    /// on Windows, whose engine runs Linux in a virtual machine; an engine on another machine) copies ConfigMaps and Secrets into containers
    /// and keeps emptyDir in engine volumes; the node's usage is then that of its containers.
    /// </summary>
    public bool SharesFileSystem { get; set; } = !OperatingSystem.IsWindows();

    /// <summary>
    /// Image of sandboxes. The default is made by the agent itself when it is missing and needs no registry; any other is pulled.
    /// </summary>
    public string SandboxImage { get; set; } = PauseImage.Name;

    /// <summary>Containers being started at the same time, default 24. More gains nothing and makes every single one slower.</summary>
    public int MaxParallelStarts { get; set; } = 24;

    /// <summary>A log file is rotated at this size, MiB; default 10, as kubelet.</summary>
    public int LogMaxMegabytes { get; set; } = 10;

    /// <summary>Log files kept per container, default 5, as kubelet.</summary>
    public int LogMaxFiles { get; set; } = 5;

    /// <summary>A pull that shows no progress for so long has failed; default 1 minute, as kubelet.</summary>
    public TimeSpan PullProgressDeadline { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest time an ordinary call to the engine may take, default 2 minutes, as kubelet.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMinutes(2);
}
