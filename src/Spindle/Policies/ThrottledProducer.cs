namespace Spindle.Policies;

/// <summary>Stands between a producer and its transport: it produces when both the transport and the throttle let it.</summary>
internal sealed class ThrottledProducer(IPullProducer producer, bool streaming) : IPushProducer, IEndingProducer
{
    private bool _isPausedByTransport;
    private bool _isAskedFor; // A pull producer: the transport wants data.
    private bool _isThrottled;

    bool IEndingProducer.IsOver => producer is IEndingProducer { IsOver: true };

    public void ResumeProducing()
    {
        _isPausedByTransport = false;
        if (_isThrottled)
        {
            _isAskedFor = true;
        }
        else
        {
            producer.ResumeProducing();
        }
    }

    public void PauseProducing()
    {
        _isPausedByTransport = true;
        if (!_isThrottled)
        {
            Pause();
        }
    }

    public void StopProducing() => producer.StopProducing();

    public void Throttle(bool isClosed)
    {
        if (_isThrottled == isClosed)
        {
            return;
        }

        _isThrottled = isClosed;
        bool wasAskedFor = _isAskedFor;
        _isAskedFor = false;
        if (streaming && !_isPausedByTransport)
        {
            if (isClosed)
            {
                Pause();
            }
            else
            {
                producer.ResumeProducing();
            }
        }
        else if (!streaming && !isClosed && wasAskedFor)
        {
            producer.ResumeProducing();
        }
    }

    /// <summary>The producer's own text: errors name it.</summary>
    public override string? ToString() => producer.ToString();

    private void Pause() => ((IPushProducer)producer).PauseProducing();
}
