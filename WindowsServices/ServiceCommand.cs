using System.CommandLine;
using System.ComponentModel;

namespace Crescent.WindowsServices;

/// <summary>
/// The command <c>service</c> of a program: installs it as a Windows service, and takes it away. The service has the program's own name and
/// runs its command <c>run</c>. Elsewhere than on Windows it says so and ends with exit code 2.
/// </summary>
public static class ServiceCommand
{
    /// <param name="title">What the service manager shows.</param>
    /// <param name="home">The option of <c>run</c> that names the directory for data and keys. Added to <c>install</c> when it is not
    /// recursive already.</param>
    public static Command Create(string title, Option<string> home)
    {
        var service = new Command("service", "Installs or removes the program as a Windows service");
        service.Subcommands.Add(CreateInstall(title, home));
        service.Subcommands.Add(CreateUninstall());
        return service;
    }

    private static Command CreateInstall(string title, Option<string> home)
    {
        var destination = new Option<string?>("--to")
        {
            Description = "Copy the program into this directory and run it from there (default: run it where it is)",
        };
        var arguments = new Argument<string[]>("arguments")
        {
            Description = "After --: the arguments of run, with absolute paths",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var install = new Command("install", "Installs the service, or replaces its program and arguments, and starts it") { destination, arguments };
        if (!home.Recursive)
        {
            install.Options.Add(home);
        }

        install.SetAction((result, cancellationToken) =>
        {
            // What a user's shell defaults to means nothing to a service.
            var directory = result.GetResult(home) is { Implicit: false } ? Path.GetFullPath(result.GetValue(home)!) : DefaultHome();
            string[] run = ["run", home.Name, directory, .. result.GetValue(arguments) ?? []];
            var errors = result.RootCommandResult.Command.Parse(run).Errors;
            if (errors.Count > 0)
            {
                Console.Error.WriteLine($"{Name}: {errors[0].Message}");
                return Task.FromResult(2);
            }

            return OperatingSystem.IsWindows()
                ? ReportAsync(Installation.InstallAsync(new(Name, title, directory, run), result.GetValue(destination), cancellationToken))
                : RefuseAsync();
        });
        return install;
    }

    private static Command CreateUninstall()
    {
        var uninstall = new Command("uninstall", "Stops and removes the service; program and data stay");
        uninstall.SetAction((_, cancellationToken) =>
            OperatingSystem.IsWindows() ? ReportAsync(Installation.UninstallAsync(Name, cancellationToken)) : RefuseAsync());
        return uninstall;
    }

    private static string Name => Path.GetFileNameWithoutExtension(Environment.ProcessPath)!;

    private static string DefaultHome() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "Crescent", Name[(Name.IndexOf('-', StringComparison.Ordinal) + 1)..]);

    private static async Task<int> RefuseAsync()
    {
        await Console.Error.WriteLineAsync($"{Name}: this is no Windows; for systemd see deploy/systemd");
        return 2;
    }

    private static async Task<int> ReportAsync(Task action)
    {
        try
        {
            await action;
            return 0;
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or UnauthorizedAccessException or InvalidOperationException
            or System.ServiceProcess.TimeoutException)
        {
            await Console.Error.WriteLineAsync($"{Name}: {exception.Message}{(exception.InnerException is Win32Exception cause ? $": {cause.Message}" : "")}");
            return 1;
        }
    }
}
