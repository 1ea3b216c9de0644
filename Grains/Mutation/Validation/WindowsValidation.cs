using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>What belongs to one operating system: <c>windowsOptions</c>, HostProcess containers and <c>spec.os</c>.</summary>
internal static partial class WindowsValidation
{
    private const int LongestCredentialKiB = 64;
    private const int DomainLimit = 256;
    private const int LongestUser = 104;
    private const string NotForWindows = "cannot be set for a windows pod";
    private const string NotForLinux = "windows options cannot be set for a linux pod";

    private static readonly string[] PodFields = ["hostUsers", "hostPID", "hostIPC", "shareProcessNamespace"];

    private static readonly string[] PodContextFields =
    [
        "appArmorProfile", "seLinuxOptions", "seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls", "runAsUser", "runAsGroup",
        "supplementalGroups", "supplementalGroupsPolicy", "seLinuxChangePolicy",
    ];

    private static readonly string[] ContainerContextFields =
    [
        "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged", "allowPrivilegeEscalation",
        "procMount", "runAsUser", "runAsGroup",
    ];

    /// <summary><c>windowsOptions</c> of a security context.</summary>
    public static void Options(JsonObject? context, string path, Problems problems)
    {
        if (context.Object("windowsOptions") is not { } options)
        {
            return;
        }

        var at = $"{path}.windowsOptions";
        if (options["gmsaCredentialSpecName"] is { } name && NameRules.Subdomain(name.AsText()) is { } problem)
        {
            problems.Invalid($"{at}.gmsaCredentialSpecName", name.AsText(), problem);
        }

        if (options["gmsaCredentialSpec"] is { } credential)
        {
            var size = Encoding.UTF8.GetByteCount(credential.AsText());
            if (size == 0)
            {
                problems.Invalid($"{at}.gmsaCredentialSpec", "", "gmsaCredentialSpec cannot be an empty string");
            }
            else if (size > LongestCredentialKiB * 1024)
            {
                problems.Invalid($"{at}.gmsaCredentialSpec", credential.AsText(), $"gmsaCredentialSpec size must be under {LongestCredentialKiB} KiB");
            }
        }

        if (options["runAsUserName"] is { } user)
        {
            foreach (var wrong in UserProblems(user.AsText()))
            {
                problems.Invalid($"{at}.runAsUserName", user.AsText(), wrong);
            }
        }
    }

    /// <summary>Either all containers of a pod are processes of the host, or none.</summary>
    public static void HostProcess(JsonObject? spec, string path, Problems problems)
    {
        var pod = IsHostProcess(spec);
        var (count, processes) = (0, 0);
        foreach (var (container, at) in PodContainers.Of(spec, path))
        {
            var own = IsHostProcess(container);
            if (own is not null && pod is not null && own != pod)
            {
                problems.Invalid(
                    $"{at}.securityContext.windowsOptions.hostProcess", own,
                    $"pod hostProcess value must be identical if both are specified, was {(pod.Value ? "true" : "false")}");
            }

            count++;
            processes += own ?? pod ?? false ? 1 : 0;
        }

        if (processes == 0)
        {
            return;
        }

        if (processes != count)
        {
            problems.Invalid(path, "", "If pod contains any hostProcess containers then all containers must be HostProcess containers");
        }

        if (!spec.Flag("hostNetwork"))
        {
            problems.Invalid($"{path}.hostNetwork", false, "hostNetwork must be true if pod contains any hostProcess containers");
        }
    }

    /// <summary><c>spec.os</c>, and what a pod of that system cannot have.</summary>
    public static void OperatingSystem(JsonObject? spec, string path, Problems problems)
    {
        if (spec.Object("os") is not { } os)
        {
            return;
        }

        switch (os.Text("name"))
        {
            case "":
                problems.Required($"{path}.os.name", "cannot be empty");
                break;
            case "linux":
                foreach (var (owner, at) in PodContainers.Of(spec, path).Prepend((spec!, path)))
                {
                    if (owner.Object("securityContext").Has("windowsOptions"))
                    {
                        problems.Forbidden($"{at}.securityContext.windowsOptions", NotForLinux);
                    }
                }

                break;
            case "windows":
                Unfit(spec, PodFields, path, problems);
                Unfit(spec.Object("securityContext"), PodContextFields, $"{path}.securityContext", problems);
                foreach (var (container, at) in PodContainers.Of(spec, path))
                {
                    Unfit(container.Object("securityContext"), ContainerContextFields, $"{at}.securityContext", problems);
                }

                break;
            case var name:
                problems.NotSupported($"{path}.os", name, "linux", "windows");
                break;
        }
    }

    private static void Unfit(JsonObject? owner, string[] names, string path, Problems problems)
    {
        foreach (var name in names)
        {
            if (owner?[name] is { } value && !(name is "hostPID" or "hostIPC" && !owner.Flag(name)) && value is not JsonArray { Count: 0 })
            {
                problems.Forbidden($"{path}.{name}", NotForWindows);
            }
        }
    }

    private static bool? IsHostProcess(JsonObject? owner)
    {
        var options = owner.Object("securityContext", "windowsOptions");
        return options.Has("hostProcess") ? options.Flag("hostProcess") : null;
    }

    // DOMAIN\USER or USER.
    private static IEnumerable<string> UserProblems(string name)
    {
        if (name.Length == 0)
        {
            return ["runAsUserName cannot be an empty string"];
        }

        if (name.Any(static letter => letter is < ' ' or '\x7f'))
        {
            return ["runAsUserName cannot contain control characters"];
        }

        var parts = name.Split('\\');
        return parts.Length > 2 ? ["runAsUserName cannot contain more than one backslash"]
            : (parts.Length == 2 ? DomainProblems(parts[0]) : []).Concat(AccountProblems(parts[^1]));
    }

    private static IEnumerable<string> DomainProblems(string domain)
    {
        if (domain.Length >= DomainLimit)
        {
            yield return $"runAsUserName's Domain length must be under {DomainLimit} characters";
        }

        if (!NetBiosPattern().IsMatch(domain) && !DomainPattern().IsMatch(domain))
        {
            yield return "runAsUserName's Domain doesn't match the NetBios nor the DNS format";
        }
    }

    private static IEnumerable<string> AccountProblems(string user)
    {
        if (user.Length == 0)
        {
            yield return "runAsUserName's User cannot be empty";
        }
        else if (user.Length > LongestUser)
        {
            yield return $"runAsUserName's User length must not be longer than {LongestUser} characters";
        }

        if (user.Length > 0 && user.All(static letter => letter is '.' or ' '))
        {
            yield return "runAsUserName's User cannot contain only periods or spaces";
        }

        if (user.AsSpan().ContainsAny("\"/\\:;|=,+*?<>@[]"))
        {
            yield return "runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]";
        }
    }

    [GeneratedRegex("""\A[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}\z""")]
    private static partial Regex NetBiosPattern();

    [GeneratedRegex(@"\A[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\z")]
    private static partial Regex DomainPattern();
}
