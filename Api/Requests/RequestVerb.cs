namespace Crescent.Api.Requests;

/// <summary>The API verbs of <see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#api-verbs">API concepts</see>.</summary>
internal enum RequestVerb
{
    None,
    Get,
    List,
    Watch,
    Create,
    Update,
    Patch,
    Delete,
    DeleteCollection,
}
