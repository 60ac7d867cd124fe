namespace Spindle.Tls;

/// <summary>The user's producer, as the transport below sees it. What TLS and the transport say of pausing is merged (TLS-32).</summary>
internal sealed class TlsProducer(TlsProtocol layer, IPullProducer producer, bool isStreaming) : IPushProducer, IEndingProducer
{
    private bool _isFullBelow;
    private bool _isFullHere;

    public IPullProducer Producer => producer;

    public bool IsStreaming => isStreaming;

    /// <summary>Whether the end was told to it.</summary>
    public bool IsStopped { get; private set; }

    public bool IsOver => IsStopped || producer is IEndingProducer { IsOver: true };

    /// <summary>Whether it was told to pause, or would be.</summary>
    public bool IsFull => _isFullBelow || _isFullHere;

    public void PauseProducing() => SetFull(below: true, _isFullHere);

    public void ResumeProducing()
    {
        if (isStreaming)
        {
            SetFull(below: false, _isFullHere);
        }
        else if (!_isFullHere)
        {
            layer.Pull(producer);
        }
    }

    /// <summary>TLS has more, or no more, than it can encrypt now.</summary>
    public void SetFullHere(bool isFull)
    {
        bool wasFull = _isFullHere;
        SetFull(_isFullBelow, isFull);
        if (!isStreaming && wasFull && !isFull)
        {
            layer.Pull(producer);
        }
    }

    public void StopProducing()
    {
        if (!IsStopped)
        {
            IsStopped = true;
            producer.StopProducing();
        }
    }

    private void SetFull(bool below, bool here)
    {
        bool wasFull = IsFull;
        (_isFullBelow, _isFullHere) = (below, here);
        if (!isStreaming || IsStopped || wasFull == IsFull)
        {
            return;
        }

        if (IsFull)
        {
            layer.Tell(((IPushProducer)producer).PauseProducing);
        }
        else
        {
            layer.Tell(producer.ResumeProducing);
        }
    }
}
