using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>
/// What confines a container: <see href="https://kubernetes.io/docs/tutorials/security/seccomp/">seccomp</see> and
/// <see href="https://kubernetes.io/docs/tutorials/security/apparmor/">AppArmor</see> profiles as fields.
/// </summary>
internal static class ProfileValidation
{
    private const int LongestPath = 4095;

    public static void Seccomp(JsonObject? context, string path, Problems problems)
    {
        if (context.Object("seccompProfile") is not { } profile)
        {
            return;
        }

        var (at, file, type) = ($"{path}.seccompProfile", profile.Text("localhostProfile"), profile.Text("type"));
        Type(type, at, "seccomp", problems);
        if (type != "Localhost")
        {
            if (profile.Has("localhostProfile"))
            {
                problems.Invalid($"{at}.localhostProfile", profile.DeepClone(), "can only be set when seccomp type is Localhost");
            }
        }
        else if (!profile.Has("localhostProfile"))
        {
            problems.Required($"{at}.localhostProfile", "must be set when seccomp type is Localhost");
        }
        else
        {
            PathText.Descending(file, $"{at}.localhostProfile", problems);
        }
    }

    public static void AppArmor(JsonObject? context, string path, Problems problems)
    {
        if (context.Object("appArmorProfile") is not { } profile)
        {
            return;
        }

        var (at, file, type) = ($"{path}.appArmorProfile", profile.Text("localhostProfile"), profile.Text("type"));
        Type(type, at, "appArmor", problems);
        switch (type)
        {
            case "Localhost":
                if (file.Trim() != file)
                {
                    problems.Invalid($"{at}.localhostProfile", file, "must not be padded with whitespace");
                }
                else if (file.Length == 0)
                {
                    problems.Required($"{at}.localhostProfile", "must be set when AppArmor type is Localhost");
                }

                if (file.Length > LongestPath)
                {
                    problems.TooLong($"{at}.localhostProfile", LongestPath);
                }

                break;
            case "RuntimeDefault" or "Unconfined" when profile.Has("localhostProfile"):
                problems.Invalid($"{at}.localhostProfile", file, "can only be set when AppArmor type is Localhost");
                break;
        }
    }

    private static void Type(string type, string path, string what, Problems problems)
    {
        if (type.Length == 0)
        {
            problems.Required($"{path}.type", $"type is required when {what}Profile is set");
        }
        else if (type is not ("Localhost" or "RuntimeDefault" or "Unconfined"))
        {
            problems.NotSupported($"{path}.type", type, "Localhost", "RuntimeDefault", "Unconfined");
        }
    }
}
