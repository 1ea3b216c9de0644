using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using System.ServiceProcess;

namespace Crescent.WindowsServices;

/// <summary>Puts a service in place and takes it away. Needs an administrator.</summary>
[SupportedOSPlatform("windows")]
internal static class Installation
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="destination">Where to copy the program to; null: it stays where it is.</param>
    public static async Task InstallAsync(ServiceDefinition definition, string? destination, CancellationToken cancellationToken)
    {
        using var manager = ServiceManager.Open();
        if (manager.Contains(definition.Name))
        {
            await StopAsync(definition.Name, cancellationToken);
        }

        var program = Environment.ProcessPath!;
        if (destination is not null)
        {
            program = Path.Combine(Path.GetFullPath(destination), Path.GetFileName(program));
            CopyProgram(AppContext.BaseDirectory, Path.GetDirectoryName(program)!, cancellationToken);
        }

        CloseToOthers(Directory.CreateDirectory(definition.Home));
        manager.Put(definition, CommandLine.Join(program, definition.Arguments));
        using var service = new ServiceController(definition.Name);
        service.Start();
        await ReachAsync(service, ServiceControllerStatus.Running, cancellationToken);
        Console.WriteLine($"{definition.Name} runs; its data is in {definition.Home}");
    }

    public static async Task UninstallAsync(string name, CancellationToken cancellationToken)
    {
        using var manager = ServiceManager.Open();
        if (!manager.Contains(name))
        {
            Console.WriteLine($"there is no service {name}");
            return;
        }

        await StopAsync(name, cancellationToken);
        manager.Delete(name);
        Console.WriteLine($"{name} is removed");
    }

    private static async Task StopAsync(string name, CancellationToken cancellationToken)
    {
        using var service = new ServiceController(name);
        if (service.Status is ServiceControllerStatus.Running or ServiceControllerStatus.StartPending or ServiceControllerStatus.Paused)
        {
            service.Stop(stopDependentServices: false);
        }

        await ReachAsync(service, ServiceControllerStatus.Stopped, cancellationToken);
    }

    private static Task ReachAsync(ServiceController service, ServiceControllerStatus status, CancellationToken cancellationToken) =>
        Task.Run(() => service.WaitForStatus(status, Patience), cancellationToken).WaitAsync(cancellationToken);

    private static void CopyProgram(string source, string destination, CancellationToken cancellationToken)
    {
        if (string.Equals(Path.TrimEndingDirectorySeparator(source), destination, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var target = Path.Combine(destination, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    /// <summary>Keys and certificates are for administrators and the system only.</summary>
    private static void CloseToOthers(DirectoryInfo home)
    {
        var access = new DirectorySecurity();
        access.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        foreach (var who in (WellKnownSidType[])[WellKnownSidType.BuiltinAdministratorsSid, WellKnownSidType.LocalSystemSid])
        {
            access.AddAccessRule(new(
                new SecurityIdentifier(who, null), FileSystemRights.FullControl,
                InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit, PropagationFlags.None, AccessControlType.Allow));
        }

        home.SetAccessControl(access);
    }
}
