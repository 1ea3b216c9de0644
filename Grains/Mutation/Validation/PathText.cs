namespace Crescent.Grains.Mutation.Validation;

/// <summary>Paths inside volumes: relative, and never upwards.</summary>
internal static class PathText
{
    public static bool HasBacksteps(string path) => path.Split('/').Contains("..", StringComparer.Ordinal);

    public static void NoBacksteps(string path, string field, Problems problems)
    {
        if (HasBacksteps(path))
        {
            problems.Invalid(field, path, "must not contain '..'");
        }
    }

    /// <summary>A relative path that does not leave its directory.</summary>
    public static void Descending(string path, string field, Problems problems)
    {
        if (path.StartsWith('/'))
        {
            problems.Invalid(field, path, "must be a relative path");
        }

        NoBacksteps(path, field, problems);
    }

    /// <summary>As <see cref="Descending"/>, and not one of the names a node keeps for itself.</summary>
    public static void NonReserved(string path, string field, Problems problems)
    {
        Descending(path, field, problems);
        if (path.StartsWith("..", StringComparison.Ordinal) && !path.StartsWith("../", StringComparison.Ordinal) && !HasBacksteps(path))
        {
            problems.Invalid(field, path, "must not start with '..'");
        }
    }
}
