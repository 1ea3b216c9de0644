using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Crescent.WindowsServices;

/// <summary>The <see href="https://learn.microsoft.com/windows/win32/services/service-control-manager">service control manager</see>'s database.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe partial class ServiceManager : IDisposable
{
    private const uint AllAccess = 0xF003F, ServiceAllAccess = 0xF01FF;
    private const uint OwnProcess = 0x10, AutoStart = 2, NormalErrors = 1;
    private const uint DescriptionLevel = 1, FailureActionsLevel = 2;
    private const int RestartAction = 1, AccessDenied = 5, DoesNotExist = 1060;
    private readonly nint _manager;

    private ServiceManager(nint manager) => _manager = manager;

    /// <exception cref="Win32Exception">Who asks is no administrator.</exception>
    public static ServiceManager Open()
    {
        var manager = OpenSCManager(null, null, AllAccess);
        return manager != 0 ? new(manager) : throw Error("the service manager cannot be opened");
    }

    public void Dispose() => CloseServiceHandle(_manager);

    public bool Contains(string name)
    {
        var service = OpenService(_manager, name, ServiceAllAccess);
        if (service == 0)
        {
            return Marshal.GetLastPInvokeError() == DoesNotExist ? false : throw Error($"the service {name} cannot be opened");
        }

        CloseServiceHandle(service);
        return true;
    }

    /// <summary>Creates the service or changes it: starts with Windows, is restarted 2 s after a failure, 10 s from the third one on.</summary>
    public void Put(ServiceDefinition definition, string command)
    {
        var service = Contains(definition.Name)
            ? OpenService(_manager, definition.Name, ServiceAllAccess)
            : CreateService(
                _manager, definition.Name, definition.Title, ServiceAllAccess, OwnProcess, AutoStart, NormalErrors, command, null, 0, null, null, null);
        if (service == 0)
        {
            throw Error($"the service {definition.Name} cannot be created");
        }

        try
        {
            Check(
                ChangeServiceConfig(service, OwnProcess, AutoStart, NormalErrors, command, null, 0, null, null, null, definition.Title),
                $"the service {definition.Name} cannot be changed");
            Describe(service, definition);
            RestartOnFailure(service, definition);
        }
        finally
        {
            CloseServiceHandle(service);
        }
    }

    public void Delete(string name)
    {
        var service = OpenService(_manager, name, ServiceAllAccess);
        Check(service != 0 && DeleteService(service), $"the service {name} cannot be removed");
        CloseServiceHandle(service);
    }

    private static void Describe(nint service, ServiceDefinition definition)
    {
        fixed (char* text = $"{definition.Title}. Data and keys: {definition.Home}")
        {
            var description = (nint)text;
            Check(ChangeServiceConfig2(service, DescriptionLevel, &description), $"the service {definition.Name} cannot be described");
        }
    }

    private static void RestartOnFailure(nint service, ServiceDefinition definition)
    {
        var actions = stackalloc Action[3];
        for (var attempt = 0; attempt < 3; attempt++)
        {
            actions[attempt] = new() { Type = RestartAction, DelayMilliseconds = attempt < 2 ? 2_000u : 10_000u };
        }

        var failure = new FailureActions { ResetSeconds = 60, Count = 3, Actions = actions };
        Check(ChangeServiceConfig2(service, FailureActionsLevel, &failure), $"the restarts of {definition.Name} cannot be set");
    }

    private static void Check(bool succeeded, string failure)
    {
        if (!succeeded)
        {
            throw Error(failure);
        }
    }

    private static Win32Exception Error(string what)
    {
        var code = Marshal.GetLastPInvokeError();
        var hint = code == AccessDenied ? "; run this as administrator" : "";
        return new(code, $"{what}: {Marshal.GetPInvokeErrorMessage(code).TrimEnd()} ({code}){hint}");
    }

    [LibraryImport("advapi32", EntryPoint = "OpenSCManagerW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint OpenSCManager(string? machine, string? database, uint access);

    [LibraryImport("advapi32", EntryPoint = "OpenServiceW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint OpenService(nint manager, string name, uint access);

    [LibraryImport("advapi32", EntryPoint = "CreateServiceW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint CreateService(
        nint manager, string name, string title, uint access, uint type, uint start, uint errors, string command,
        string? group, nint tag, string? dependencies, string? account, string? password);

    [LibraryImport("advapi32", EntryPoint = "ChangeServiceConfigW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ChangeServiceConfig(
        nint service, uint type, uint start, uint errors, string command,
        string? group, nint tag, string? dependencies, string? account, string? password, string title);

    [LibraryImport("advapi32", EntryPoint = "ChangeServiceConfig2W", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ChangeServiceConfig2(nint service, uint level, void* value);

    [LibraryImport("advapi32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeleteService(nint service);

    [LibraryImport("advapi32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseServiceHandle(nint handle);

    [StructLayout(LayoutKind.Sequential)]
    private struct Action
    {
        public int Type;
        public uint DelayMilliseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct FailureActions
    {
        public uint ResetSeconds;
        public nint RebootMessage;
        public nint Command;
        public uint Count;
        public Action* Actions;
    }
}
